/** What goes wrong in the region by somebody's wish: the entries of a fault script, and what has become of each. */

/** Something that happens in the region and from which a fault is counted; `lab/faults/moments.ts` says what each is. */
export type Moment =
  | "now"
  | "fenced"
  | "staged"
  | "drain"
  | "snapshot"
  | "zero"
  | "terminating"
  | "empty"
  | "launch"
  | "migration"
  | "started"
  | "second-launch";

/** What a fault does for as long as it is active. What it does once, by itself, is an act of its catalogue entry. */
export type FaultEffect =
  /** AWS answers every nth call with an error of this kind. */
  | {
      readonly kind: "calls-refused";
      readonly how: "throttled" | "unavailable" | "expired" | "denied";
      readonly every: number;
      /** Names as in the API; undefined: all. */
      readonly operations?: readonly string[];
      /** Whether the Pulumi provider's own calls fail as well; it waits out throttling and short outages by itself. */
      readonly provider: boolean;
    }
  /** The first call of each operation takes effect, and the connection is closed without an answer. */
  | { readonly kind: "answers-lost"; readonly operations: readonly string[] }
  /** Seconds of the lab between the effect of a call and its answer. */
  | { readonly kind: "answers-slow"; readonly seconds: number }
  /** Seconds by which the date of each answer is ahead of the machine's clock. */
  | { readonly kind: "clock-ahead"; readonly seconds: number }
  /** The Pulumi provider answers an error for this kind of resource, having done what was asked or not. */
  | {
      readonly kind: "updates-refused";
      readonly verb: "create" | "update";
      readonly type: string;
      readonly applied: boolean;
    }
  | {
      readonly kind:
        | "no-capacity"
        | "no-members-shown"
        | "instance-refresh"
        | "replacement-late"
        | "secrets-denied"
        | "installer-gone"
        | "tags-moved";
    }
  /** Seconds after a command was taken in which nothing is known of its invocations. */
  | { readonly kind: "invocations-late"; readonly seconds: number }
  /** What the application's API answers to every request, whatever it asks. */
  | { readonly kind: "api-answers"; readonly status: 401 | 502 }
  /** How runs that the API shows end: with these words in their log. */
  | { readonly kind: "runs-fail"; readonly words: string }
  /** An alarm of the site is in ALARM. */
  | { readonly kind: "alarm-raised" }
  /** No worker takes a run. */
  | { readonly kind: "runs-pending" }
  /** These concern the fault's subject only. */
  | { readonly kind: "command-cut-off"; readonly seconds: number }
  | { readonly kind: "startup-check-fails"; readonly check: string }
  | {
      readonly kind:
        | "unreachable"
        | "undeliverable"
        | "command-not-fetched"
        | "health-garbage"
        | "images-refused"
        | "images-corrupt"
        | "process-ends"
        | "drain-unheard";
    };

export interface Fault {
  readonly id: number;
  readonly name: string;
  readonly addedAt: number;
  readonly when: Moment;
  /** Milliseconds between the moment and the beginning. */
  readonly afterMs: number;
  /** Milliseconds that it, or what it does, lasts; undefined: for good. */
  readonly forMs: number | undefined;
  /** How often it strikes; undefined: as often as there is occasion. */
  readonly times: number | undefined;
  readonly settings: Readonly<Record<string, number | undefined>>;
  readonly effect: FaultEffect | undefined;
  /** waiting for its moment; due: the moment has come, its delay runs, or whom it concerns is not there yet; active; ended. */
  status: "waiting" | "due" | "active" | "ended";
  /** Template version of the nodes that were there when it was added, or came first: new nodes are those of a later one. */
  baseline: number | undefined;
  /** Instance that it concerns; undefined: none in particular. */
  subject: string | undefined;
  cameAt: number | undefined;
  beganAt: number | undefined;
  endedAt: number | undefined;
  /** Calls that it had occasion to meddle with, and operations whose answer it has lost. */
  seen: number;
  lost: string[];
  /** How often it has struck, and the first of what it did. */
  struck: number;
  readonly record: { at: number; what: string }[];
}
