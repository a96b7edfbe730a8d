/** How long facts may take that read whole files and trees, whose sizes only the user knows. */

/** Seconds: an hour is enough for some hundred gigabytes of a slow disk. */
export const READING_TIME = 3600;
