import { recordedRelease, type Release } from "../../orchestration/domain/release";

/** A release as the tests name it: by its number, since most of them are of Replicated's. */
export const releaseOf = (word: number | string): Release => recordedRelease(word);
