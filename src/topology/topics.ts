/** The topics that moodtape writes. */
export const SCORED = 'sentiment.scored';
export const DEAD_LETTERS = 'sentiment.dead-letters';
export const INDEX = 'sentiment.index';
