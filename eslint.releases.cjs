/** A rule of this project: releases are ordered and taken apart by `domain/release.ts` alone. A comparison of strings would compile, and be wrong. */

const ORDERING = new Set(["<", ">", "<=", ">=", "-", "*", "/", "%"]);
const READING_NUMBERS = new Set(["Number", "parseInt", "parseFloat"]);
const SORTING = new Set(["sort", "toSorted"]);

/** Whether the type is `Release`, or may be one. */
const isRelease = (type) =>
  type.aliasSymbol?.name === "Release" || (type.isUnion() && type.types.some((each) => isRelease(each)));

const noArithmetic = {
  meta: {
    type: "problem",
    schema: [],
    messages: { opaque: "A release is an opaque name: order and read it with the functions of domain/release.ts." },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    const typeOf = (node) => services.getTypeAtLocation(node);
    const elementOf = (node) => {
      const type = typeOf(node);
      return checker.isArrayType(type) ? checker.getTypeArguments(type)[0] : undefined;
    };
    /** Given as it is, or spread from an array. */
    const isReleaseArgument = (node) => {
      const type = node.type === "SpreadElement" ? elementOf(node.argument) : typeOf(node);
      return type !== undefined && isRelease(type);
    };
    return {
      BinaryExpression(node) {
        if (!ORDERING.has(node.operator)) return;
        if (isRelease(typeOf(node.left)) || isRelease(typeOf(node.right)))
          context.report({ node, messageId: "opaque" });
      },
      CallExpression(node) {
        const { callee } = node;
        const isMember = callee.type === "MemberExpression" && callee.property.type === "Identifier";
        const name = isMember ? callee.property.name : callee.name;
        const readsNumbers = READING_NUMBERS.has(name) || (isMember && callee.object.name === "Math");
        if (readsNumbers && node.arguments.some(isReleaseArgument)) context.report({ node, messageId: "opaque" });
        if (!isMember) return;
        const compares = name === "localeCompare" && isRelease(typeOf(callee.object));
        const element = SORTING.has(name) && node.arguments.length === 0 ? elementOf(callee.object) : undefined;
        if (compares || (element && isRelease(element))) context.report({ node, messageId: "opaque" });
      },
    };
  },
};

module.exports = { rules: { "no-arithmetic": noArithmetic } };
