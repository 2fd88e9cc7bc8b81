import { IANAZone } from "luxon";

/**
 * What is wrong with a time zone; undefined: nothing. Only names with a slash are taken, and UTC: abbreviations mean something else
 * to each reader (BST is Bangladesh, IST India, CST Chicago), and some schedulers refuse them.
 */
export const zoneProblem = (zone: string): string | undefined =>
  zone === "UTC" || (/^[A-Z]\w*(\/[\w+-]+)+$/.test(zone) && IANAZone.isValidZone(zone))
    ? undefined
    : `${zone} is not a time zone by name (Europe/London, or UTC)`;
