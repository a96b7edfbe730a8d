throw Object.assign(new Error("x"), {
  toString() {
    throw new Error("bitten");
  },
  get message() {
    throw new Error("bitten");
  },
  get stack() {
    throw new Error("bitten");
  },
});
