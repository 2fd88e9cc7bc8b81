// The program is the package's own: everything that you decide is in Pulumi.<stack>.yaml.
import { program } from "tfe-repave";
export = program;
