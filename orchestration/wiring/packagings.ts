import type { StackConfig } from "../../infra/config/index";
import type { Dialect } from "../dialects/dialect";
import { FDO } from "../dialects/fdo";
import { REPLICATED } from "../dialects/replicated";
import type { Packaging } from "../domain/release";

/** Every dialect, and the packaging of Terraform Enterprise that each is for. */
export const DIALECTS: readonly Dialect[] = [REPLICATED, FDO];

export const PACKAGINGS: readonly Packaging[] = DIALECTS.map(({ packaging }) => packaging);

/** The dialect of the nodes that a stack's file describes. */
export const dialectOf = ({ imageTag }: Pick<StackConfig, "imageTag">): Dialect =>
  imageTag === undefined ? REPLICATED : FDO;
