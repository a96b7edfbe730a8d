/** A word that may come next on a command line. */

/** A candidate for the word that is typed. */
export interface Candidate {
  word: string;
  /** Shown beside it by shells that can. */
  note?: string | undefined;
}
