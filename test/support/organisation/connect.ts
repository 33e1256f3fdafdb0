/**
 * Room for Posit Connect. The source that polls Connect brings its fake server; the ground truth behind it (content,
 * bundles, jobs, visits) belongs here, so that the talk's figures are planted in one place.
 */
export interface ConnectPlan {
  readonly neverDeployed: number;
  readonly unseenInAYear: number;
  /** One user's tries to publish the same content; all but one are dead. */
  readonly repeatedTries: number;
}

/** The figures of the talk. Not generated yet. */
export const CONNECT_FIGURES: ConnectPlan = { neverDeployed: 707, unseenInAYear: 502, repeatedTries: 12 };
