// What the parts of the plugin have in common. They are headers of one translation unit because LLVM's headers take longer to
// compile than all of our code.
#pragma once
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include <map>
#include <string>

namespace sbf {
using namespace llvm;

// How often each kind of operation was lowered; goes to link.log.
struct Counts {
  unsigned mul = 0, div = 0, mem = 0, fp = 0, functions = 0, calls = 0;
};
inline Counts counts;

// One scratch slot per (function, type): every use is store*/call/load in a row, so sharing is safe.
inline std::map<std::pair<Function *, Type *>, AllocaInst *> slots;

inline AllocaInst *scratch(Function *F, Type *T, const Twine &name) {
  AllocaInst *&A = slots[{F, T}];
  if (!A) {
    IRBuilder<> B(&*F->getEntryBlock().getFirstInsertionPt());
    A = B.CreateAlloca(T, nullptr, name);
  }
  return A;
}

// An instruction that is being lowered: new code goes in front of it.
struct Site {
  Instruction *I;
  Function *F;
  Module &M;
  IRBuilder<> B;
  Type *I64, *I128, *Ptr;

  explicit Site(Instruction *I)
      : I(I), F(I->getFunction()), M(*F->getParent()), B(I), I64(B.getInt64Ty()), I128(B.getInt128Ty()),
        Ptr(B.getPtrTy()) {}

  Value *call(StringRef name, Type *result, ArrayRef<Value *> args) {
    SmallVector<Type *, 6> types;
    for (Value *A : args)
      types.push_back(A->getType());
    return B.CreateCall(M.getOrInsertFunction(name, FunctionType::get(result, types, false)), args);
  }
  Value *extend(Value *V, Type *T, bool isSigned) { return isSigned ? B.CreateSExt(V, T) : B.CreateZExt(V, T); }
  Value *low(Value *V) { return B.CreateTrunc(V, I64); }
  Value *high(Value *V) { return B.CreateTrunc(B.CreateLShr(V, 64), I64); }
};
} // namespace sbf
