/** The mail server: a letter that is sent to it is signed, kept and read; what drifts is mended. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { until } from "../../../scripts/wait.ts";
import { eventually, onHost, Story, tryOnHost } from "../support.ts";

const LAB_HOST = "lb-01";
const ADDRESS = "127.0.1.11";
const story = new Story(import.meta.url);

/** What an earlier run in the same lab has left. */
const CLEAN = `
systemctl stop postfix dovecot opendkim
DEBIAN_FRONTEND=noninteractive apt-get -qq purge postfix opendkim opendkim-tools 'dovecot-*'
userdel vmail; groupdel vmail
rm -rf /var/vmail /etc/dovecot /etc/opendkim /etc/dkimkeys /etc/postfix /var/spool/postfix
`;

Deno.test("a mail server with Postfix, OpenDKIM and Dovecot", async (t) => {
  await tryOnHost(LAB_HOST, CLEAN);

  await t.step("drover check finds nothing wrong", () => story.check());

  await t.step("the first run sets it up", async () => {
    const changed = await story.apply();
    ok(changed.includes("mail.example.org: Generate the key of example.net"), changed.join("\n"));
    ok(changed.includes("mail.example.org: Start Dovecot"), changed.join("\n"));
  });

  await t.step("its programs say so", async () => {
    const active = await onHost(LAB_HOST, "systemctl is-active postfix@- dovecot opendkim");
    strictEqual(active, "active\nactive\nactive");
    strictEqual(await onHost(LAB_HOST, "postconf -h myhostname"), "mail.example.org");
    for (const port of [25, 993, 8891]) await eventually(LAB_HOST, `ss -Hltn | grep -wF ${ADDRESS}:${port}`);
    strictEqual(await onHost(LAB_HOST, "stat -c '%U:%G %a' /etc/dovecot/users"), "root:dovecot 640");
    match(
      await onHost(LAB_HOST, "doveadm user -f home anna@example.org"),
      /^\/var\/vmail\/example\.org\/anna$/,
    );
  });

  await t.step("the key for the DNS is the public half of the one that signs", async () => {
    for (const domain of ["example.org", "example.net"]) {
      const path = `/etc/dkimkeys/${domain}/mail`;
      const wanted = await onHost(
        LAB_HOST,
        `openssl rsa -in ${path}.private -pubout 2>/dev/null | grep -v -- -----`,
      );
      const record = await onHost(LAB_HOST, `cat ${path}.txt`);
      const published = [...record.matchAll(/"([^"]*)"/g)].map((part) => part[1]).join("").replace(
        /.*p=/,
        "",
      );
      strictEqual(published, wanted.replaceAll("\n", ""));
      strictEqual(await onHost(LAB_HOST, `stat -c '%U %a' ${path}.private`), "opendkim 600");
    }
  });

  await t.step("a letter to an alias is signed and arrives in both mailboxes", async () => {
    const subject = `Hello ${crypto.randomUUID()}`;
    await sendUntilTaken("ben@example.net", "info@example.org", subject);
    for (
      const [user, password] of [["anna@example.org", "anna-password"], ["ben@example.net", "ben-password"]]
    ) {
      const letter = await newestLetter(user!, password!, subject);
      match(letter, /^DKIM-Signature: v=1;.*d=example\.net; s=mail;/ms);
    }
    match(
      await onHost(LAB_HOST, "find /var/vmail -type f -path '*/Maildir/*'"),
      /example\.org\/anna\/Maildir\//,
    );
  });

  await t.step("nobody else's mail is taken", async () => {
    match((await send("ben@example.net", "nobody@example.org", "x")).at(-1)!, /^550 /);
  });

  await t.step("a second run changes nothing", async () => deepStrictEqual(await story.apply(), []));

  await t.step("what has drifted is mended, and nothing else", async () => {
    await onHost(
      LAB_HOST,
      "postconf -e 'mynetworks = 0.0.0.0/0'; systemctl stop dovecot; rm /etc/opendkim/key.table",
    );
    deepStrictEqual(await story.apply(), [
      "mail.example.org: Write OpenDKIM's key.table",
      "mail.example.org: Restart OpenDKIM",
      "mail.example.org: Configure Postfix",
      "mail.example.org: Reload Postfix",
      "mail.example.org: Start Dovecot",
    ]);
    strictEqual(await onHost(LAB_HOST, "postconf -h mynetworks"), "127.0.0.0/8");
    const subject = `Again ${crypto.randomUUID()}`;
    await sendUntilTaken("anna@example.org", "anna@example.org", subject);
    match(
      await newestLetter("anna@example.org", "anna-password", subject),
      /^DKIM-Signature: .*d=example\.org;/ms,
    );
  });

  await t.step("without DKIM, the signer goes and mail still arrives", async () => {
    const off = ["--data", "dkim=false"];
    const changed = await story.apply(...off);
    ok(changed.includes("mail.example.org: Remove OpenDKIM"), changed.join("\n"));
    strictEqual(await onHost(LAB_HOST, "pgrep -x opendkim || echo none"), "none");
    const subject = `Bare ${crypto.randomUUID()}`;
    await sendUntilTaken("anna@example.org", "anna@example.org", subject);
    const letter = await newestLetter("anna@example.org", "anna-password", subject);
    strictEqual(letter.includes("DKIM-Signature"), false, letter);
    deepStrictEqual(await story.apply(...off), []);
  });

  await tryOnHost(LAB_HOST, CLEAN);
});

/** Hands in a letter by SMTP; returns the server's answers up to the first that refuses. */
async function send(from: string, to: string, subject: string): Promise<string[]> {
  using connection = await Deno.connect({ hostname: ADDRESS, port: 25 });
  const letter = `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\nHow are you?\r\n.`;
  const answers = [await readAnswer(connection)];
  for (const line of ["HELO client.example.com", `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA", letter]) {
    if (/^[45]/.test(answers.at(-1)!)) return answers;
    await connection.write(new TextEncoder().encode(`${line}\r\n`));
    answers.push(await readAnswer(connection));
  }
  return answers;
}

/** Hands in a letter; a server that is reading its configuration again may ask for another attempt. */
async function sendUntilTaken(from: string, to: string, subject: string): Promise<void> {
  let answers: string[] = [];
  const taken = await until(
    30,
    async () => (answers = await send(from, to, subject)).at(-1)!.startsWith("250 "),
  );
  ok(taken, answers.join(""));
}

async function readAnswer(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(4096);
  let text = "";
  while (!/^\d{3} .*\r\n$/m.test(text)) {
    const length = await connection.read(buffer);
    if (length === null) throw new Error(`the server hung up: ${text}`);
    text += new TextDecoder().decode(buffer.subarray(0, length));
  }
  return text;
}

/** The newest letter in a mailbox, read by IMAP over TLS, once it is the one with this subject. */
async function newestLetter(user: string, password: string, subject: string): Promise<string> {
  const read = `curl -sk --user '${user}:${password}' 'imaps://${ADDRESS}/INBOX;MAILINDEX=*'`;
  let letter = "";
  const arrived = await until(30, async () => {
    letter = await eventually(LAB_HOST, read);
    return letter.includes(subject);
  });
  ok(arrived, letter);
  return letter.replaceAll("\r\n", "\n").replaceAll(/\n[ \t]+/g, " ");
}
