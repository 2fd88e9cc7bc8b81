/** Clients of AWS that tests make themselves warn of this version of Node no more than those of the product. */
import { silenceVersionWarning } from "../../infra/awsSdk";

silenceVersionWarning();
