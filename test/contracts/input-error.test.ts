// A message is one line that a terminal shows as it is, whatever a damaged file holds.
import { expect, it } from 'vitest';
import { Faults, InputError, MissingData, MissingInput, MissingModel } from '../../harness/contracts/input-error.ts';

it('has line ends as spaces, and what a terminal would obey as escapes', () => {
  expect(new InputError('a.json: "x\n  y" is\r\nwrong').message).toBe('a.json: "x y" is wrong');
  const damaged = "a.gguf: tensor 'q\0\u001b[2J\r\u0085\u2028' is missing";
  expect(new InputError(damaged).message).toBe("a.gguf: tensor 'q\\u0000\\u001b[2J\\u000d\\u0085\\u2028' is missing");
});

it('keeps file and expectation of a message that is too long', () => {
  const { message } = new InputError(`a.json: "${'x'.repeat(1_000_000)}" is no task; expected glue/cola`);
  expect(message.length).toBeLessThanOrEqual(2000);
  expect(message).toMatch(/^a\.json: "x+ \.\. x+" is no task; expected glue\/cola$/);
});

it('tells fifty faults one by one, and how many more there are', () => {
  const { faults } = new InputError(...Array.from({ length: 52 }, (_, i) => `a.json: ${i}`));
  expect(faults).toHaveLength(51);
  expect(faults.slice(-2)).toEqual(['a.json: 49', '... and 2 more']);
});

it('takes no time by the square of a run of spaces', () => {
  const { message } = new InputError(`a.json: "${'\ufeff'.repeat(300_000)}" is no task`);
  expect(message).toMatch(/^a\.json: .* is no task$/);
}, 2000);

it('of several checks is one of what is missing only where nothing else was refused', () => {
  const thrownBy = (...errors: readonly Error[]) => {
    const faults = new Faults();
    for (const error of errors) faults.add(error);
    try {
      faults.throw();
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const [data, model, other] = [new MissingData('no data'), new MissingModel('no model'), new InputError('r: 0')];
  expect(thrownBy(data, model)).toBeInstanceOf(MissingInput);
  expect(thrownBy(data, model)).toMatchObject({ faults: ['no data', 'no model'] });
  expect(thrownBy(data, other)).toBeInstanceOf(InputError);
  expect(thrownBy(data, other)).not.toBeInstanceOf(MissingInput);
  expect(thrownBy()).toBeUndefined();
});
