// Floating point, as calls of the soft-float functions in Rust's compiler_builtins (bin/sbf-link keeps them alive until here).
#pragma once
#include "shared.h"

namespace sbf {
inline StringRef suffix(Type *T) { return T->isDoubleTy() ? "df" : "sf"; }
inline std::string builtin(const Twine &name) { return ("__" + name).str(); }

inline Value *lowerFloatBinary(Site &S, BinaryOperator *BO) {
  StringRef name;
  switch (BO->getOpcode()) {
  case Instruction::FAdd: name = "add"; break;
  case Instruction::FSub: name = "sub"; break;
  case Instruction::FMul: name = "mul"; break;
  case Instruction::FDiv: name = "div"; break;
  default: return nullptr;
  }
  Type *T = BO->getType();
  counts.fp++;
  return S.call(builtin(name + suffix(T) + "3"), T, {BO->getOperand(0), BO->getOperand(1)});
}

// Negation and absolute value change the sign bit only.
inline Value *lowerSign(Site &S, Value *X, bool negate) {
  Type *T = X->getType();
  unsigned width = T->getPrimitiveSizeInBits();
  Type *Int = S.B.getIntNTy(width);
  Value *Bits = S.B.CreateBitCast(X, Int);
  Value *R = negate ? S.B.CreateXor(Bits, ConstantInt::get(Int, APInt::getSignMask(width)))
                    : S.B.CreateAnd(Bits, ConstantInt::get(Int, APInt::getSignedMaxValue(width)));
  counts.fp++;
  return S.B.CreateBitCast(R, T);
}

inline Value *lowerCompare(Site &S, FCmpInst *FC) {
  IRBuilder<> &B = S.B;
  Value *X = FC->getOperand(0), *Y = FC->getOperand(1), *Zero = B.getInt32(0);
  auto test = [&](StringRef name) {
    return S.call(builtin(name + suffix(X->getType()) + "2"), B.getInt32Ty(), {X, Y});
  };
  auto ordered = [&](CmpInst::Predicate P) -> Value * {
    switch (P) {
    case CmpInst::FCMP_OEQ: return B.CreateICmpEQ(test("eq"), Zero);
    case CmpInst::FCMP_OGT: return B.CreateICmpSGT(test("gt"), Zero);
    case CmpInst::FCMP_OGE: return B.CreateICmpSGE(test("ge"), Zero);
    case CmpInst::FCMP_OLT: return B.CreateICmpSLT(test("lt"), Zero);
    case CmpInst::FCMP_OLE: return B.CreateICmpSLE(test("le"), Zero);
    case CmpInst::FCMP_UNO: return B.CreateICmpNE(test("unord"), Zero);
    case CmpInst::FCMP_ORD: return B.CreateICmpEQ(test("unord"), Zero);
    case CmpInst::FCMP_ONE: {
      Value *Differ = B.CreateICmpNE(test("eq"), Zero);
      return B.CreateAnd(Differ, B.CreateICmpEQ(test("unord"), Zero));
    }
    default: return nullptr;
    }
  };
  CmpInst::Predicate P = FC->getPredicate();
  counts.fp++;
  if (P == CmpInst::FCMP_TRUE || P == CmpInst::FCMP_FALSE)
    return B.getInt1(P == CmpInst::FCMP_TRUE);
  if (Value *R = ordered(P))
    return R;
  return B.CreateNot(ordered(CmpInst::getInversePredicate(P)));
}

// To 128 bits: the function writes its result to memory.
inline Value *floatToWide(Site &S, Value *X, bool isSigned) {
  AllocaInst *Out = scratch(S.F, S.I128, "sbf.i128");
  S.call(builtin(Twine(isSigned ? "fix" : "fixuns") + suffix(X->getType()) + "ti"), S.B.getVoidTy(), {Out, X});
  return S.B.CreateLoad(S.I128, Out);
}

inline Value *floatToInt(Site &S, Value *X, bool isSigned) {
  return S.call(builtin(Twine(isSigned ? "fix" : "fixuns") + suffix(X->getType()) + "di"), S.I64, {X});
}

inline Value *intToFloat(Site &S, Value *X, Type *T, bool isSigned) {
  unsigned width = X->getType()->getIntegerBitWidth();
  if (width <= 64) {
    if (width < 64)
      X = S.extend(X, S.I64, isSigned);
    return S.call(builtin(Twine(isSigned ? "float" : "floatun") + "di" + suffix(T)), T, {X});
  }
  if (width != 128)
    X = S.extend(X, S.I128, isSigned);
  AllocaInst *In = scratch(S.F, S.I128, "sbf.i128");
  S.B.CreateStore(X, In);
  return S.call(builtin(Twine(isSigned ? "float" : "floatun") + "ti" + suffix(T)), T, {In});
}

inline Value *lowerConversion(Site &S, CastInst *CI) {
  Value *X = CI->getOperand(0);
  Type *From = X->getType(), *To = CI->getType();
  if (From->isVectorTy() || To->isVectorTy())
    return nullptr;
  Value *R = nullptr;
  switch (unsigned op = CI->getOpcode()) {
  case Instruction::FPExt:
    if (From->isFloatTy())
      R = S.call("__extendsfdf2", To, {X});
    break;
  case Instruction::FPTrunc:
    if (To->isFloatTy())
      R = S.call("__truncdfsf2", To, {X});
    break;
  case Instruction::UIToFP:
  case Instruction::SIToFP:
    if (From->getIntegerBitWidth() <= 128)
      R = intToFloat(S, X, To, op == Instruction::SIToFP);
    break;
  case Instruction::FPToUI:
  case Instruction::FPToSI: {
    bool isSigned = op == Instruction::FPToSI;
    unsigned width = To->getIntegerBitWidth();
    if (width > 128)
      break;
    R = width > 64 ? floatToWide(S, X, isSigned) : floatToInt(S, X, isSigned);
    if (width != 64 && width != 128)
      R = S.B.CreateTrunc(R, To);
    break;
  }
  default: break;
  }
  if (R)
    counts.fp++;
  return R;
}

// Rust's `as`. The 64- and 128-bit functions saturate already; narrower types are clamped.
inline Value *lowerSaturating(Site &S, IntrinsicInst *II) {
  IRBuilder<> &B = S.B;
  Type *T = II->getType();
  Value *X = II->getArgOperand(0);
  bool isSigned = II->getIntrinsicID() == Intrinsic::fptosi_sat;
  if (!T->isIntegerTy() || (T->getIntegerBitWidth() > 64 && T->getIntegerBitWidth() != 128))
    return nullptr;
  unsigned width = T->getIntegerBitWidth();
  counts.fp++;
  if (width == 128)
    return floatToWide(S, X, isSigned);
  Value *R = floatToInt(S, X, isSigned);
  if (width == 64)
    return R;
  if (isSigned) {
    Value *Most = B.getInt64(APInt::getSignedMaxValue(width).getSExtValue());
    Value *Least = B.getInt64(APInt::getSignedMinValue(width).getSExtValue());
    R = B.CreateSelect(B.CreateICmpSGT(R, Most), Most, R);
    R = B.CreateSelect(B.CreateICmpSLT(R, Least), Least, R);
  } else {
    Value *Most = B.getInt64(APInt::getMaxValue(width).getZExtValue());
    R = B.CreateSelect(B.CreateICmpUGT(R, Most), Most, R);
  }
  return B.CreateTrunc(R, T);
}

// The other operand when one is not a number.
inline Value *lowerMinMax(Site &S, IntrinsicInst *II, bool minimum) {
  IRBuilder<> &B = S.B;
  Type *T = II->getType();
  if (!T->isDoubleTy() && !T->isFloatTy())
    return nullptr;
  Value *X = II->getArgOperand(0), *Y = II->getArgOperand(1), *Zero = B.getInt32(0);
  Value *C = S.call(builtin(Twine(minimum ? "lt" : "gt") + suffix(T) + "2"), B.getInt32Ty(), {X, Y});
  Value *YIsNan = S.call(builtin(Twine("unord") + suffix(T) + "2"), B.getInt32Ty(), {Y, Y});
  Value *Wins = minimum ? B.CreateICmpSLT(C, Zero) : B.CreateICmpSGT(C, Zero);
  counts.fp++;
  return B.CreateSelect(B.CreateOr(Wins, B.CreateICmpNE(YIsNan, Zero)), X, Y);
}
} // namespace sbf
