// Which records have results.
import type { CompletedRecord, RunRecord } from './schema.ts';

export function isCompleted(record: RunRecord): record is CompletedRecord {
  return record.status === 'completed';
}
