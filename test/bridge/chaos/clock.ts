/** Preloaded into a bridge (`node --import`): SIGUSR2 has its wall clock jump by up to an hour, to and fro. */
const { now } = Date;
let shiftMs = 0;
Date.now = () => now() + shiftMs;
process.on('SIGUSR2', () => {
  shiftMs += Math.round((Math.random() - 0.5) * 7_200_000);
});
