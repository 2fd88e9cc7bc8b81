export { clockTime, dateTime, lasting, plural } from "../../domain/text/words";

/** The end of an instance's id, which is enough to tell those of one fleet apart. */
export const shortId = (instanceId: string): string =>
  instanceId.length > 12 ? `…${instanceId.slice(-6)}` : instanceId;
