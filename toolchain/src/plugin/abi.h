// Calls. SBF passes at most five arguments in registers and returns one value in a register: what is beyond that goes through memory
// of the caller's frame. The result comes first, then as many arguments as fit, then one pointer to the others.
#pragma once
#include "shared.h"

namespace sbf {
constexpr unsigned MaxRegisters = 5;

inline unsigned registers(Type *T, const DataLayout &DL) {
  if (T->isVoidTy())
    return 0;
  if (auto *ST = dyn_cast<StructType>(T)) {
    unsigned n = 0;
    for (Type *E : ST->elements())
      n += registers(E, DL);
    return n;
  }
  if (auto *AT = dyn_cast<ArrayType>(T))
    return AT->getNumElements() * registers(AT->getElementType(), DL);
  unsigned bits = DL.getTypeSizeInBits(T).getFixedValue();
  return (bits + 63) / 64;
}

inline unsigned argumentRegisters(FunctionType *FT, const DataLayout &DL) {
  unsigned n = 0;
  for (Type *T : FT->params())
    n += registers(T, DL);
  return n;
}

inline bool resultInMemory(FunctionType *FT, const DataLayout &DL) {
  Type *R = FT->getReturnType();
  return !R->isVoidTy() && (R->isAggregateType() || registers(R, DL) > 1);
}

inline bool needsRewrite(FunctionType *FT, const DataLayout &DL) {
  return !FT->isVarArg() && (resultInMemory(FT, DL) || argumentRegisters(FT, DL) > MaxRegisters);
}

struct Plan {
  FunctionType *type = nullptr; // the function's new type
  unsigned keep = 0;            // arguments that stay in registers
  StructType *pack = nullptr;   // the others
  bool result = false;          // the result goes to memory
};

inline Plan makePlan(FunctionType *FT, const DataLayout &DL) {
  LLVMContext &C = FT->getContext();
  PointerType *PT = PointerType::get(C, 0);
  Plan P;
  P.result = resultInMemory(FT, DL);
  P.keep = FT->getNumParams();
  SmallVector<Type *, 8> params;
  if (P.result)
    params.push_back(PT);
  unsigned used = P.result;
  if (used + argumentRegisters(FT, DL) > MaxRegisters) {
    unsigned k = 0;
    for (; k < FT->getNumParams(); ++k) {
      unsigned r = registers(FT->getParamType(k), DL);
      if (used + r > MaxRegisters - 1)
        break;
      used += r;
    }
    P.keep = k;
    SmallVector<Type *, 8> rest(FT->param_begin() + k, FT->param_end());
    P.pack = StructType::get(C, rest);
  }
  params.append(FT->param_begin(), FT->param_begin() + P.keep);
  if (P.pack)
    params.push_back(PT);
  P.type = FunctionType::get(P.result ? Type::getVoidTy(C) : FT->getReturnType(), params, false);
  return P;
}

// The attributes that still hold: none about memory, as results and arguments are memory now.
inline AttributeList keepAttributes(LLVMContext &C, AttributeList old, const Plan &P) {
  AttributeSet function = old.getFnAttrs().removeAttribute(C, Attribute::Memory);
  SmallVector<AttributeSet, 8> params;
  if (P.result)
    params.push_back(AttributeSet());
  for (unsigned i = 0; i < P.keep; ++i)
    params.push_back(old.getParamAttrs(i));
  if (P.pack)
    params.push_back(AttributeSet());
  return AttributeList::get(C, function, P.result ? AttributeSet() : old.getRetAttrs(), params);
}

inline void rewriteCall(CallBase *CB, const DataLayout &DL) {
  FunctionType *FT = CB->getFunctionType();
  Plan P = makePlan(FT, DL);
  Function *F = CB->getFunction();
  IRBuilder<> B(CB);
  SmallVector<Value *, 8> args;
  AllocaInst *Result = nullptr;
  if (P.result) {
    Result = scratch(F, FT->getReturnType(), "sbf.ret");
    args.push_back(Result);
  }
  for (unsigned i = 0; i < P.keep; ++i)
    args.push_back(CB->getArgOperand(i));
  if (P.pack) {
    AllocaInst *Pack = scratch(F, P.pack, "sbf.pack");
    for (unsigned i = P.keep; i < FT->getNumParams(); ++i)
      B.CreateStore(CB->getArgOperand(i), B.CreateStructGEP(P.pack, Pack, i - P.keep));
    args.push_back(Pack);
  }
  CallInst *New = B.CreateCall(P.type, CB->getCalledOperand(), args);
  New->setCallingConv(CB->getCallingConv());
  New->setDebugLoc(CB->getDebugLoc());
  New->setAttributes(keepAttributes(F->getContext(), CB->getAttributes(), P));
  if (P.result) {
    CB->replaceAllUsesWith(B.CreateLoad(FT->getReturnType(), Result));
  } else if (!CB->getType()->isVoidTy()) {
    CB->replaceAllUsesWith(New);
    New->takeName(CB);
  }
  CB->eraseFromParent();
  counts.calls++;
}

inline void rewriteBody(Function *F, Function *New, const Plan &P) {
  FunctionType *FT = F->getFunctionType();
  New->splice(New->begin(), F);
  IRBuilder<> B(&*New->getEntryBlock().getFirstInsertionPt());
  for (unsigned i = 0; i < FT->getNumParams(); ++i) {
    Argument *Old = F->getArg(i);
    if (i < P.keep) {
      Argument *A = New->getArg(i + P.result);
      Old->replaceAllUsesWith(A);
      A->takeName(Old);
    } else {
      Value *At = B.CreateStructGEP(P.pack, New->getArg(New->arg_size() - 1), i - P.keep);
      Old->replaceAllUsesWith(B.CreateLoad(FT->getParamType(i), At));
    }
  }
  if (P.result) {
    SmallVector<ReturnInst *, 4> returns;
    for (BasicBlock &BB : *New)
      if (auto *R = dyn_cast<ReturnInst>(BB.getTerminator()))
        returns.push_back(R);
    for (ReturnInst *R : returns) {
      IRBuilder<> RB(R);
      RB.CreateStore(R->getReturnValue(), New->getArg(0));
      RB.CreateRetVoid();
      R->eraseFromParent();
    }
  }
  if (DISubprogram *SP = F->getSubprogram()) {
    F->setSubprogram(nullptr);
    New->setSubprogram(SP);
  }
}

inline void rewriteFunction(Function *F, const DataLayout &DL) {
  Plan P = makePlan(F->getFunctionType(), DL);
  Function *New = Function::Create(P.type, F->getLinkage(), F->getAddressSpace(), "", F->getParent());
  New->copyAttributesFrom(F);
  New->setComdat(F->getComdat());
  New->setAttributes(keepAttributes(F->getContext(), F->getAttributes(), P));
  New->takeName(F);
  if (!F->isDeclaration())
    rewriteBody(F, New, P);
  F->replaceAllUsesWith(New);
  F->eraseFromParent();
  counts.functions++;
}

inline void rewriteModule(Module &M) {
  const DataLayout &DL = M.getDataLayout();
  SmallVector<CallBase *, 64> calls;
  SmallVector<Function *, 64> functions;
  for (Function &F : M) {
    if (F.isIntrinsic())
      continue;
    if (needsRewrite(F.getFunctionType(), DL)) {
      if (F.isDeclaration()) {
        // bin/sbf-link turns the word "warning" into an error
        if (!F.use_empty())
          errs() << "sbf-abi: warning: external declaration needs rewrite: " << F.getName() << "\n";
        continue;
      }
      functions.push_back(&F);
    }
    for (Instruction &I : instructions(F)) {
      auto *CB = dyn_cast<CallBase>(&I);
      if (!CB || isa<IntrinsicInst>(CB) || CB->isInlineAsm())
        continue;
      Function *callee = CB->getCalledFunction();
      if (callee && (callee->isIntrinsic() || callee->isDeclaration()))
        continue;
      if (needsRewrite(CB->getFunctionType(), DL))
        calls.push_back(CB);
    }
  }
  slots.clear();
  for (CallBase *CB : calls)
    rewriteCall(CB, DL);
  slots.clear();
  for (Function *F : functions)
    rewriteFunction(F, DL);
}

// LLVM's own way to return through memory would be a second convention.
inline void dropStructReturns(Function &F) {
  for (unsigned i = 0; i < F.arg_size(); ++i)
    F.removeParamAttr(i, Attribute::StructRet);
  for (Instruction &I : instructions(F))
    if (auto *CB = dyn_cast<CallBase>(&I))
      for (unsigned i = 0; i < CB->arg_size(); ++i)
        CB->removeParamAttr(i, Attribute::StructRet);
}
} // namespace sbf
