// What `run` finds in a study's folder before it begins, in lines.
import type { RunRecord } from '../records/schema.ts';
import type { Code } from './run-context.ts';

export interface Found {
  /** Trials and final runs. */
  readonly total: number;
  /** Of them, the records that stay. */
  readonly kept: readonly RunRecord[];
  /** Records of no run of the study. */
  readonly strangers: readonly RunRecord[];
}

/** The code that would execute a method's runs now. */
export type CodeOf = (method: string) => Code;

export function describeFound({ total, kept, strangers }: Found, codeOf: CodeOf): string[] {
  const from = kept.length === 0 ? '' : ` (recorded at ${commitsOf(kept)})`;
  return [
    `${total} ${total === 1 ? 'run' : 'runs'}: ${kept.length} kept${from}, ${total - kept.length} to run`,
    ...changedSources(kept, codeOf),
    ...(strangers.length === 0 ? [] : [describeStrangers(strangers)]),
  ];
}

/** Whether the sources that computed a record are others than there are now. */
export function isOfOtherSources(record: RunRecord, codeOf: CodeOf): boolean {
  return hasOther('methodSha256', record, codeOf) || hasOther('sourcesSha256', record, codeOf);
}

/** A line for each method whose own sources have changed, and one for the rest. */
function changedSources(kept: readonly RunRecord[], codeOf: CodeOf): string[] {
  const own = kept.filter((record) => hasOther('methodSha256', record, codeOf));
  const methods = new Set(own.map(({ config }) => config.method.name));
  const countOf = (method: string) => own.filter(({ config }) => config.method.name === method).length;
  const rest = kept.filter((record) => hasOther('sourcesSha256', record, codeOf)).length;
  return [
    ...[...methods].map((name) => changedSince(`method ${name} has`, countOf(name))),
    ...(rest === 0 ? [] : [changedSince('sources outside methods/ have', rest)]),
  ];
}

function hasOther(key: 'methodSha256' | 'sourcesSha256', { code, config }: RunRecord, codeOf: CodeOf): boolean {
  return code[key] !== codeOf(config.method.name)[key];
}

function changedSince(what: string, kept: number): string {
  return kept === 1
    ? `${what} changed since a record that is kept was made; --rerun takes it again`
    : `${what} changed since ${kept} records that are kept were made; --rerun takes them again`;
}

/** Those that are named, beside how many there are. */
const NAMED = 3;

/** As in `4 records belong to no run of this study: runs/0123456789abcdef.json, ... and 1 more` */
export function describeStrangers(strangers: readonly Pick<RunRecord, 'id'>[]): string {
  const belong = strangers.length === 1 ? 'record belongs' : 'records belong';
  const names = strangers.map(({ id }) => `runs/${id}.json`);
  return `${strangers.length} ${belong} to no run of this study: ${listed(names)}`;
}

function commitsOf(records: readonly RunRecord[]): string {
  const names = new Set(records.map(({ code: { commit, dirty } }) => commitName(commit, dirty)));
  return listed([...names]);
}

function commitName(commit: string | null, dirty: boolean | null): string {
  if (commit === null) return 'no known commit';
  return `commit ${commit.slice(0, 7)}${dirty === true ? ' with changes' : ''}`;
}

/** Those that are named, and how many there are besides. */
export function listed(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}
