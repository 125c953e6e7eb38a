export interface SegmentDocument {
  name: string;
  description?: string | undefined;
  /** Undefined: uploaded; empty: not written yet. */
  definition?: string | undefined;
  daily?: string | undefined;
}
