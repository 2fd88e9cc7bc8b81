import { utils } from "ssh2";
import { printedKeys } from "../../../orchestration/adapters/nodeShell/consoleKeys";

/** Public halves of new pairs: `ssh-ed25519 AAAA…`. */
const key = (type: "ed25519" | "ecdsa" | "rsa" = "ed25519"): string => {
  const pair =
    type === "ed25519"
      ? utils.generateKeyPairSync("ed25519")
      : utils.generateKeyPairSync(type, { bits: type === "rsa" ? 2048 : 256 });
  return pair.public.split(" ").slice(0, 2).join(" ");
};
const [ED, OTHER, EC, RSA] = [key(), key(), key("ecdsa"), key("rsa")];

const BEGIN = "-----BEGIN SSH HOST KEY KEYS-----";
const END = "-----END SSH HOST KEY KEYS-----";
const block = (...keys: readonly string[]): string =>
  [BEGIN, ...keys.map((each) => `${each} root@ip-10-0-1-5`), END].join("\r\n");

describe("the host keys on a console", () => {
  it("are those that cloud-init prints, sorted", () => {
    expect(printedKeys(`[    0.1] Linux\r\n${block(RSA, EC, ED)}\r\nlogin: `)).toEqual([EC, RSA, ED].sort());
  });

  it("are found behind what the logger puts before each line, and between fingerprints", () => {
    const logged = [
      ...["#####", "-----BEGIN SSH HOST KEY FINGERPRINTS-----", "256 SHA256:abc root@x (ED25519)"],
      ...["-----END SSH HOST KEY FINGERPRINTS-----", BEGIN, `${ED} root@x`, END],
    ].map((line) => `<14>Nov 27 10:11:12 ec2: ${line}`);
    expect(printedKeys(logged.join("\n"))).toEqual([ED]);
  });

  it.each([
    ["nothing", ""],
    ["no block", `${ED} root@x`],
    ["fingerprints alone", "-----BEGIN SSH HOST KEY FINGERPRINTS-----\n256 SHA256:abc x (ED25519)\n"],
    ["a block that has not ended", `${BEGIN}\n${ED} root@x\n`],
    ["an empty block", `${BEGIN}\n${END}\n`],
    ["a key that was cut off", `${BEGIN}\n${ED.slice(0, -8)}\n${END}`],
    ["a key into which the kernel spoke", `${BEGIN}\n${ED.slice(0, 50)}[  12.3] veth0: up\n${ED.slice(50)}\n${END}`],
    ["a type that the key is not of", `${BEGIN}\n${ED.replace("ssh-ed25519", "ssh-rsa")}\n${END}`],
    ["a marker of known_hosts", `${BEGIN}\n@cert-authority * ${"A".repeat(60)}\n${END}`],
  ])("are none where it shows %s", (_what, console) => {
    expect(printedKeys(console)).toEqual([]);
  });

  it("may be printed twice", () => {
    expect(printedKeys(`${block(ED, RSA)}\n${block(RSA, ED)}`)).toEqual([ED, RSA].sort());
  });

  it.each([
    ["another key", block(OTHER)],
    ["one key more", block(ED, RSA)],
  ])("are not believed where something else printed %s", (_what, other) => {
    expect(printedKeys(`${other}\n${block(ED)}`)).toBe("contradictory");
    expect(printedKeys(`${block(ED)}\n${other}`)).toBe("contradictory");
  });
});
