import type { Alarms, AlarmSeen } from "../../orchestration/ports/account/alarms";

/** Alarms by name; what is not set is OK. */
export class FakeAlarms implements Alarms {
  readonly states = new Map<string, AlarmSeen["state"]>();
  readonly asked: (readonly string[])[] = [];

  look(names: readonly string[]): Promise<readonly AlarmSeen[]> {
    this.asked.push(names);
    return Promise.resolve(
      names.map((name) => {
        const state = this.states.has(name) ? this.states.get(name) : "ok";
        return { name, state, reason: state === "alarm" ? "Threshold Crossed" : "" };
      }),
    );
  }
}
