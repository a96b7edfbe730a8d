/** Changes to the package's protocol that leave out questions which nobody needs, and round trips with them. */

import type { RawProtocol } from "./library.ts";

/**
 * OpenSSH's servers announce all their host keys. The package makes them prove each, which nobody here needs,
 * and gives the connection up when it does not know a key's type.
 */
export function ignoreAnnouncedKeys(protocol: RawProtocol): void {
  protocol._handlers["GLOBAL_REQUEST"] = (_, name, wantReply) => {
    if (wantReply !== true) return;
    if (name === "hostkeys-00@openssh.com") protocol.requestSuccess();
    else protocol.requestFailure();
  };
}

/**
 * Sends the first attempt right behind the request for the service that takes it: a round trip saved. Servers
 * that announce their extensions are known to cope; with others, and for want of that list, it waits.
 */
export function askForLoginEarly(protocol: RawProtocol): void {
  const { EXT_INFO: informed, SERVICE_ACCEPT: accepted } = protocol._handlers;
  if (informed === undefined || accepted === undefined) return;
  let told = false;
  protocol._handlers["EXT_INFO"] = (...all) => {
    told = true;
    informed(...all);
  };
  const service = protocol.service;
  protocol.service = (name) => {
    service.call(protocol, name);
    // The extensions come in the same packet as the end of the exchange, which is read first.
    queueMicrotask(() => {
      if (!told) return;
      protocol._handlers["SERVICE_ACCEPT"] = () => {};
      accepted(protocol, name);
    });
  };
}

/**
 * Leaves out the question whether a key would be taken: a round trip saved. It is worth asking only where
 * signing costs something, as an agent that asks its user.
 *
 * @param usesOwnKey Whether the attempt that is made uses a key of ours, which can sign at no cost.
 */
export function signAtOnce(protocol: RawProtocol, usesOwnKey: () => boolean): void {
  const authPK = protocol.authPK;
  protocol.authPK = (user, key, algorithm, sign) => {
    const wouldBeTaken = protocol._handlers["USERAUTH_PK_OK"];
    if (sign === undefined && usesOwnKey() && wouldBeTaken !== undefined) wouldBeTaken(protocol);
    else authPK.call(protocol, user, key, algorithm, sign);
  };
}
