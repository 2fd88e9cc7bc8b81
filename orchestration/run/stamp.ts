/** `20261123-031500`: what ids of runs and operations, and files of a halt, sort by. */
export const stamp = (now: number): string =>
  new Date(now).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
