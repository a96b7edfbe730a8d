/** Data of all hosts, unless something more specific says otherwise. */

/** The address that services listen on. */
export const listen_address = "*";
