/**
 * The first import of the command line: on a terminal it says what is being loaded before the rest is. Packages of Pulumi and AWS
 * take longer to load than anybody likes to look at nothing.
 */
const STACK_VERBS = ["plan", "upgrade", "patch", "abort", "status", "health", "drain", "restart", "app-config", "sync"];

const [verb = "", ...words] = process.argv.slice(2);
const asksForHelp = words.some((word) => word === "--help" || word === "-h");
if (process.stderr.isTTY && !asksForHelp && STACK_VERBS.includes(verb)) process.stderr.write("Opening the stack …\n");

export {};
