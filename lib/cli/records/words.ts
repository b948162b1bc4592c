/** Words that name no member and no type in C (up to C23) or C++ (up to C++23), alternative operators among them. */
export const CPP_WORDS: ReadonlySet<string> = new Set(
  `alignas alignof and and_eq asm assert auto bitand bitor bool break case catch char char16_t char32_t char8_t class
  co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default
  delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable
  namespace new noexcept not not_eq nullptr offsetof operator or or_eq private protected public register
  reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch template
  this thread_local throw true try typedef typeid typename typeof typeof_unqual union unsigned using virtual void
  volatile wchar_t while xor xor_eq NULL`.split(/\s+/),
);

/** Words that follow no dot in Python 3. */
export const PYTHON_WORDS: ReadonlySet<string> = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield`.split(/\s+/),
);
