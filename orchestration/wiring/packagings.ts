import type { StackConfig } from "../../infra/config/index";
import type { Dialect } from "../dialects/dialect";
import { FDO } from "../dialects/fdo";
import { REPLICATED } from "../dialects/replicated";
import type { Packaging } from "../domain/release";

/** Packagings of Terraform Enterprise that there is a dialect for. */
export const PACKAGINGS: readonly Packaging[] = [REPLICATED.packaging, FDO.packaging];

/** The dialect of the nodes that a stack's file describes. */
export const dialectOf = ({ imageTag }: Pick<StackConfig, "imageTag">): Dialect =>
  imageTag === undefined ? REPLICATED : FDO;
