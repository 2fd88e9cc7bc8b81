import { utils } from "ssh2";
import { newKeyPair } from "../../../lab/ssh/keys";

it("makes no key that cannot be read back, as one in some two hundred of the library's is", () => {
  const unreadable = Array.from({ length: 1500 }, () => newKeyPair("lab")).flatMap((pair) =>
    [pair.private, pair.public].filter((key) => utils.parseKey(key) instanceof Error),
  );
  expect(unreadable).toEqual([]);
});
