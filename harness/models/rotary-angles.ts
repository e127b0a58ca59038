// The angles of rotary positions (Su et al., 2021), rounded to 32 bits where transformers does.
import type { DecoderSpec, Llama3RopeScaling } from '../contracts/model.ts';

type RopeSpec = Pick<DecoderSpec, 'headWidth' | 'ropeTheta' | 'ropeScaling' | 'ropeFactors'>;

/** Cosines and sines of the angles of tokens at `positions`, each [positions, headWidth / 2]. */
export function rotaryTables(spec: RopeSpec, positions: Int32Array): { cos: Float32Array; sin: Float32Array } {
  const frequencies = rotaryFrequencies(spec);
  const half = frequencies.length;
  const angle = (cell: number) =>
    Math.fround((positions[Math.floor(cell / half)] as number) * (frequencies[cell % half] as number));
  const length = positions.length * half;
  return {
    cos: Float32Array.from({ length }, (_, cell) => Math.cos(angle(cell))),
    sin: Float32Array.from({ length }, (_, cell) => Math.sin(angle(cell))),
  };
}

/** Radians a position, [headWidth / 2]. */
export function rotaryFrequencies({ headWidth, ropeTheta, ropeScaling, ropeFactors }: RopeSpec): Float32Array {
  const { fround } = Math;
  const plain = Float32Array.from(
    { length: headWidth / 2 },
    (_, i) => 1 / fround(ropeTheta ** fround((2 * i) / headWidth)),
  );
  if (ropeFactors !== null) return plain.map((frequency, i) => frequency / (ropeFactors[i] as number));
  return ropeScaling === null ? plain : plain.map((frequency) => stretched(frequency, ropeScaling));
}

/** As transformers' _compute_llama3_parameters: slow rotations are slowed further, fast ones stay, those between blend. */
function stretched(
  frequency: number,
  { factor, lowFreqFactor, highFreqFactor, originalMaxPositions }: Llama3RopeScaling,
): number {
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength > originalMaxPositions / lowFreqFactor) return frequency / factor;
  if (wavelength < originalMaxPositions / highFreqFactor) return frequency;
  const kept = (originalMaxPositions / wavelength - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return (1 - kept) * (frequency / factor) + kept * frequency;
}
