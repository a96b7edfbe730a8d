/** What an inventory of Ansible says: groups in groups, hosts and variables, before anything is made of them. */

/** Variables by name. */
export type Variables = Record<string, unknown>;

/** A group, as its sources say. */
export interface AnsibleGroup {
  hosts: Set<string>;
  children: Set<string>;
  vars: Variables;
}

/** Groups and the variables of hosts, gathered from one or several sources. */
export class AnsibleInventory {
  readonly groups = new Map<string, AnsibleGroup>([["all", newGroup()], ["ungrouped", newGroup()]]);
  readonly hostVars = new Map<string, Variables>();

  /** The group of a name, made if there is none yet. */
  group(name: string): AnsibleGroup {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    const made = newGroup();
    this.groups.set(name, made);
    return made;
  }

  /** Puts a host into a group and adds to its variables. */
  addHost(group: string, host: string, vars: Variables): void {
    this.group(group).hosts.add(host);
    this.hostVars.set(host, { ...this.hostVars.get(host), ...vars });
  }

  /**
   * How deep each group stands: 1 below `all`, and below its deepest parent otherwise.
   *
   * @throws {RangeError} If a group is its own child; the message names the way around.
   */
  depths(): Map<string, number> {
    const parents = new Map<string, string[]>();
    for (const [name, { children }] of this.groups) {
      for (const child of children) parents.set(child, [...parents.get(child) ?? [], name]);
    }
    const depths = new Map<string, number>([["all", 0]]);
    const depthOf = (name: string, below: readonly string[]): number => {
      const known = depths.get(name);
      if (known !== undefined) return known;
      if (below.includes(name)) throw new RangeError([...below.slice(below.indexOf(name)), name].join(" → "));
      const above = (parents.get(name) ?? []).map((parent) => depthOf(parent, [...below, name]));
      const depth = 1 + Math.max(0, ...above);
      depths.set(name, depth);
      return depth;
    };
    for (const name of this.groups.keys()) depthOf(name, []);
    return depths;
  }

  /** The hosts of a group and of those below it, in their order. */
  members(name: string): Set<string> {
    const found = new Set<string>();
    const seen = new Set<string>();
    const visit = (one: string) => {
      if (seen.has(one)) return;
      seen.add(one);
      const group = this.groups.get(one);
      for (const host of group?.hosts ?? []) found.add(host);
      for (const child of group?.children ?? []) visit(child);
    };
    visit(name);
    return found;
  }
}

function newGroup(): AnsibleGroup {
  return { hosts: new Set(), children: new Set(), vars: {} };
}
