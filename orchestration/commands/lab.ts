import { runLab } from "../../lab/session";
import { labDir } from "../wiring";
import { examples, onLab, type Verb } from "./verb";

interface LabOptions {
  readonly speed?: number;
  readonly nodeBuild?: number;
  readonly fault?: readonly string[];
}

export const labVerb: Verb = ({ io, verb, exit }) => {
  onLab(verb("lab", "Run the embedded lab until it is stopped, and print how to reach it."))
    .addHelpText("after", examples("npm run lab -- --speed 60", "npm run lab -- --fault drain-hangs"))
    .action(async ({ speed, nodeBuild, fault }: LabOptions) => {
      await runLab({ dir: labDir(), out: (line) => io.out(line), speed, nodeBuild, faults: fault });
      exit(0);
    });
};
