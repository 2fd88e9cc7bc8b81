/** One night of the month. Times are of the day, UTC. */
export interface Night {
  /** Day of the month, from 1. */
  readonly day: number;
  /** A base image comes out before the call. */
  readonly published: boolean;
  readonly callAt: string;
  /** The call's process is killed when its drain has begun. */
  readonly killed: boolean;
}

export const WINDOW = "daily 01:00-05:00 UTC";
const DAYS = 30;
const PUBLISHED = [4, 9, 15, 21, 27];
const KILLED = 9;
/** The timer was late: the window closes soon. */
const LATE = 15;
export const FROZEN = { first: 20, last: 24 } as const;

/** A month of nightly calls, with what happens in it. */
export const NIGHTS: readonly Night[] = Array.from({ length: DAYS }, (_, index) => {
  const day = index + 1;
  return {
    day,
    published: PUBLISHED.includes(day),
    callAt: day === LATE ? "04:15" : "01:30",
    killed: day === KILLED,
  };
});
