// Integer operations that BPF has no instruction for: 128-bit shifts, products and quotients, 256-bit products, signed division,
// and the overflow flag of a product. The runtime (../rt/rt.c) has the functions called here.
#pragma once
#include "shared.h"

namespace sbf {
// Calls u64 name(out*, a.low, a.high, b.low, b.high). Returns *out and the result.
inline std::pair<Value *, Value *> call128(Site &S, StringRef name, Value *X, Value *Y) {
  AllocaInst *Out = scratch(S.F, S.I128, "sbf.i128");
  Value *XL = S.low(X), *XH = S.high(X), *YL = S.low(Y), *YH = S.high(Y);
  Value *R = S.call(name, S.I64, {Out, XL, XH, YL, YH});
  return {S.B.CreateLoad(S.I128, Out), R};
}

// 65 to 128 bits, by an amount that is not a constant. Without branches: the shifted halves for amounts below 64 and from 64 on,
// then a selection.
inline Value *lowerShift(Site &S, unsigned op, unsigned width, Value *X, Value *Y) {
  if (width <= 64 || width > 128 || isa<ConstantInt>(Y))
    return nullptr;
  IRBuilder<> &B = S.B;
  bool arithmetic = op == Instruction::AShr;
  if (width != 128) {
    X = S.extend(X, S.I128, arithmetic);
    Y = B.CreateZExt(Y, S.I128);
  }
  Value *L = S.low(X), *H = S.high(X), *By = B.CreateFreeze(S.low(Y)), *Zero = B.getInt64(0);
  Value *Far = B.CreateICmpNE(B.CreateAnd(By, B.getInt64(64)), Zero);
  Value *N = B.CreateAnd(By, B.getInt64(63)), *Inv = B.CreateXor(N, B.getInt64(63));
  Value *RL, *RH;
  if (op == Instruction::Shl) {
    Value *LS = B.CreateShl(L, N), *Carry = B.CreateLShr(B.CreateLShr(L, 1), Inv);
    Value *HS = B.CreateOr(B.CreateShl(H, N), Carry);
    RL = B.CreateSelect(Far, Zero, LS);
    RH = B.CreateSelect(Far, LS, HS);
  } else {
    Value *HS = arithmetic ? B.CreateAShr(H, N) : B.CreateLShr(H, N), *Carry = B.CreateShl(B.CreateShl(H, 1), Inv);
    Value *LS = B.CreateOr(B.CreateLShr(L, N), Carry);
    RL = B.CreateSelect(Far, HS, LS);
    RH = B.CreateSelect(Far, arithmetic ? B.CreateAShr(H, 63) : Zero, HS);
  }
  Value *R = B.CreateOr(B.CreateZExt(RL, S.I128), B.CreateShl(B.CreateZExt(RH, S.I128), 64));
  return width == 128 ? R : B.CreateTrunc(R, S.I->getType());
}

inline Value *lowerWide(Site &S, unsigned op, unsigned width, Value *X, Value *Y) {
  StringRef name;
  switch (op) {
  case Instruction::Mul: name = "__sbf_mul128"; break;
  case Instruction::UDiv: name = "__sbf_udiv128"; break;
  case Instruction::URem: name = "__sbf_urem128"; break;
  case Instruction::SDiv: name = "__sbf_sdiv128"; break;
  case Instruction::SRem: name = "__sbf_srem128"; break;
  default: return nullptr;
  }
  if (width != 128) {
    bool isSigned = op == Instruction::SDiv || op == Instruction::SRem;
    X = S.extend(X, S.I128, isSigned);
    Y = S.extend(Y, S.I128, isSigned);
  }
  (op == Instruction::Mul ? counts.mul : counts.div)++;
  Value *R = call128(S, name, X, Y).first;
  return width == 128 ? R : S.B.CreateTrunc(R, S.I->getType());
}

inline Value *lowerProduct256(Site &S, unsigned width, Value *X, Value *Y) {
  IRBuilder<> &B = S.B;
  Type *I256 = B.getIntNTy(256);
  if (width != 256) {
    X = B.CreateZExt(X, I256);
    Y = B.CreateZExt(Y, I256);
  }
  // Slots are shared by type: three sizes give three slots.
  auto slot = [&](unsigned words, const char *name) { return scratch(S.F, ArrayType::get(S.I64, words), name); };
  AllocaInst *Out = slot(4, "sbf.o256"), *XA = slot(5, "sbf.a256"), *YA = slot(6, "sbf.b256");
  auto word = [&](AllocaInst *A, unsigned i) { return B.CreateConstInBoundsGEP1_64(S.I64, A, i); };
  auto store = [&](Value *V, AllocaInst *A) {
    for (unsigned i = 0; i < 4; ++i)
      B.CreateStore(B.CreateTrunc(i ? B.CreateLShr(V, 64 * i) : V, S.I64), word(A, i));
  };
  store(X, XA);
  store(Y, YA);
  S.call("__sbf_mul256", B.getVoidTy(), {Out, XA, YA});
  Value *R = ConstantInt::get(I256, 0);
  for (unsigned i = 0; i < 4; ++i) {
    Value *L = B.CreateZExt(B.CreateLoad(S.I64, word(Out, i)), I256);
    R = B.CreateOr(R, i ? B.CreateShl(L, 64 * i) : L);
  }
  counts.mul++;
  return width == 256 ? R : B.CreateTrunc(R, S.I->getType());
}

// Up to 64 bits: division of the absolute values, then the sign.
inline Value *lowerSignedDivision(Site &S, bool quotient, unsigned width, Value *X, Value *Y) {
  IRBuilder<> &B = S.B;
  if (width != 64) {
    X = B.CreateSExt(X, S.I64);
    Y = B.CreateSExt(Y, S.I64);
  }
  Value *XS = B.CreateAShr(X, 63), *YS = B.CreateAShr(Y, 63);
  Value *XA = B.CreateSub(B.CreateXor(X, XS), XS), *YA = B.CreateSub(B.CreateXor(Y, YS), YS);
  Value *Sign = quotient ? B.CreateXor(XS, YS) : XS;
  Value *Q = quotient ? B.CreateUDiv(XA, YA) : B.CreateURem(XA, YA);
  Value *R = B.CreateSub(B.CreateXor(Q, Sign), Sign);
  counts.div++;
  return width == 64 ? R : B.CreateTrunc(R, S.I->getType());
}

inline Value *lowerInteger(Site &S, BinaryOperator *BO) {
  Value *X = BO->getOperand(0), *Y = BO->getOperand(1);
  unsigned op = BO->getOpcode(), width = BO->getType()->getIntegerBitWidth();
  if (BO->isShift())
    return lowerShift(S, op, width, X, Y);
  if (width > 64 && width <= 128)
    return lowerWide(S, op, width, X, Y);
  if (width > 128 && width <= 256 && op == Instruction::Mul)
    return lowerProduct256(S, width, X, Y);
  if (width <= 64 && (op == Instruction::SDiv || op == Instruction::SRem))
    return lowerSignedDivision(S, op == Instruction::SDiv, width, X, Y);
  return nullptr;
}

// llvm.umul.with.overflow and llvm.smul.with.overflow of 64 and 128 bits.
inline Value *lowerOverflowingProduct(Site &S, IntrinsicInst *II) {
  IRBuilder<> &B = S.B;
  bool isSigned = II->getIntrinsicID() == Intrinsic::smul_with_overflow;
  Value *X = II->getArgOperand(0), *Y = II->getArgOperand(1), *L, *Over;
  unsigned width = X->getType()->getIntegerBitWidth();
  if (width == 64) {
    L = B.CreateMul(X, Y);
    Value *H = S.call("__sbf_umulh", S.I64, {X, Y});
    if (isSigned) {
      H = B.CreateSub(H, B.CreateAnd(B.CreateAShr(X, 63), Y));
      H = B.CreateSub(H, B.CreateAnd(B.CreateAShr(Y, 63), X));
      Over = B.CreateICmpNE(H, B.CreateAShr(L, 63));
    } else {
      Over = B.CreateICmpNE(H, B.getInt64(0));
    }
  } else if (width == 128) {
    auto R = call128(S, isSigned ? "__sbf_smulo128" : "__sbf_umulo128", X, Y);
    L = R.first;
    Over = B.CreateICmpNE(R.second, B.getInt64(0));
  } else {
    return nullptr;
  }
  counts.mul++;
  return B.CreateInsertValue(B.CreateInsertValue(PoisonValue::get(II->getType()), L, 0), Over, 1);
}
} // namespace sbf
