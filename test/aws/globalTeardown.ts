/** Jest's hook after the tests of this folder. */
function stopMoto(): void {
  process.kill(Number(process.env["MOTO_PID"]));
}

export = stopMoto;
