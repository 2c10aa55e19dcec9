/** When a refit is due. */
export interface TriggerSettings {
  /** After so many new labels. */
  readonly labels: number;
  /** After so many milliseconds with new labels. */
  readonly milliseconds: number;
  /** Fewest new labels for which a refit is worth its time, whatever else speaks for one. */
  readonly atLeast: number;
}

/** What has happened since the last refit, as it can be stored. */
export interface TriggerState {
  /** New labels to learn from. */
  readonly labels: number;
  /** When the first of them came, in milliseconds of the caller's clock: wall time or event time. */
  readonly since?: number;
  /** Why the model seems out of date. */
  readonly drift?: string;
}

export const NOTHING_NEW: TriggerState = { labels: 0 };

/** The state after so many new labels, and perhaps a sign of drift. */
export function withLabels(
  state: TriggerState,
  labels: number,
  now: number,
  drift: string | undefined,
): TriggerState {
  const since = state.since ?? (labels > 0 ? now : undefined);
  const reason = state.drift ?? drift;
  return {
    labels: state.labels + labels,
    ...(since !== undefined && { since }),
    ...(reason !== undefined && { drift: reason }),
  };
}

/** Why a refit is due now; undefined when none is. */
export function dueRefit(
  { labels, since = Number.POSITIVE_INFINITY, drift }: TriggerState,
  now: number,
  settings: TriggerSettings,
): string | undefined {
  if (labels < Math.min(settings.atLeast, settings.labels)) return undefined;
  if (drift !== undefined) return drift;
  if (labels >= settings.labels) return `${labels} new labels`;
  const passed = now - since;
  if (passed < settings.milliseconds) return undefined;
  return `${labels} new labels in ${Math.round(passed / 60_000)} minutes`;
}
