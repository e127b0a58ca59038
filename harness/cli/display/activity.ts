// What is under way, for whoever shows it.
import type { ActivityProgress } from './words.ts';

export interface Activity {
  update(progress: ActivityProgress): void;
  /** Ends it, with a line that stays where one is given. */
  end(line?: string): void;
}

export interface Display {
  begin(title: string): Activity;
  /** A line that stays. */
  log(line: string): void;
  stop(): void;
}

/** What is shown beside the activities: on a terminal around them, each line cut to the columns. */
export interface Surroundings {
  /** Above them. */
  head?(columns: number): readonly string[];
  /** Below them, as far as there are rows. */
  foot?(columns: number): readonly string[];
  /** Whether each is told as it begins where nothing is drawn. */
  readonly announces?: boolean;
}
