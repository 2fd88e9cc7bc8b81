import { IANAZone } from "luxon";

/**
 * What is wrong with a time zone; undefined: nothing. Only names with a slash are taken, and UTC: abbreviations mean something else
 * to each reader (BST is Bangladesh, IST India, CST Chicago), and some schedulers refuse them.
 */
export const zoneProblem = (zone: string): string | undefined =>
  zone === "UTC" || (/^[A-Z]\w*(\/[A-Z][\w+-]*)+$/.test(zone) && IANAZone.isValidZone(zone) && isSpelledSo(zone))
    ? undefined
    : `${zone} is not a time zone by name (Europe/London, or UTC)`;

/** Here case does not matter. To a scheduler a zone is a file, and `Europe/LONDON` is none. */
function isSpelledSo(zone: string): boolean {
  const { timeZone: known } = new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions();
  return known === zone || known.toLowerCase() !== zone.toLowerCase();
}
