// Before the tests: what PEFTBENCH_DATA and PEFTBENCH_MODELS name is for opt-in tests, and not for the commands that others
// run, which would find other data and models than they expect.
for (const name of ['DATA', 'MODELS']) {
  const given = process.env[`PEFTBENCH_${name}`];
  if (given !== undefined) process.env[`PEFTBENCH_TEST_${name}`] = given;
  delete process.env[`PEFTBENCH_${name}`];
}
