/** Rule sets as documents. */

export interface FrequencyRule {
  /** Left out: all. */
  readonly channels?: readonly string[] | undefined;
  readonly limit: number;
  readonly period: string;
}

export interface QuietHours {
  readonly channels?: readonly string[] | undefined;
  readonly from: string;
  readonly to: string;
}

export interface RulesetDocument {
  readonly name: string;
  readonly description?: string;
  readonly everywhere?: boolean | undefined;
  readonly frequency?: readonly FrequencyRule[] | undefined;
  readonly quietHours?: QuietHours | null | undefined;
}
