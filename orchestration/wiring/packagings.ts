import { REPLICATED } from "../dialects/replicated";
import type { Packaging } from "../domain/release";

/** Packagings of Terraform Enterprise that there is a dialect for. */
export const PACKAGINGS: readonly Packaging[] = [REPLICATED.packaging];
