/** Words of the languages that are printed, which none of our own names may be. */

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/**
 * Words that name no member and no type in C (up to C23) or C++ (up to C++23), alternative operators among them; macros
 * of compilers for Linux and of the files that a header includes, without those of `C_PATTERNS`; and what that declares.
 */
const C_WORDS = wordsOf(
  `alignas alignof and and_eq asm assert auto bitand bitor bool break case catch char char16_t char32_t char8_t class
  co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default
  delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable
  namespace new noexcept not not_eq nullptr offsetof operator or or_eq private protected public register
  reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch template
  this thread_local throw true try typedef typeid typename typeof typeof_unqual union unsigned using virtual void
  volatile wchar_t while xor xor_eq NULL linux unix i386 main std`,
);

/** Macros and types of the included files, and names that compilers keep for themselves. */
const C_PATTERNS = [
  /^U?INT(\d+|_FAST\d+|_LEAST\d+|MAX|PTR)_(C|MAX|MIN|WIDTH)$/,
  /^(PTRDIFF|SIG_ATOMIC|SIZE|WCHAR|WINT)_(MAX|MIN|WIDTH)$/,
  /^(u?int(_fast|_least)?\d+|u?intmax|u?intptr|size|ptrdiff|max_align|nullptr)_t$/,
  /^_[A-Z_]/,
];

/** Words that follow no dot in Python 3, what its module imports and uses, and what ctypes and enum know by name. */
const PYTHON_WORDS = wordsOf(
  `False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield ctypes enum from_address from_buffer from_buffer_copy from_param in_dll`,
);

/** What ctypes and enum read (`_fields_`, `_pack_`), and what every object has (`__class__`). */
const PYTHON_PATTERNS = [/^_[a-z_]+_$/, /^__/, /^_reserved_\d+$/];

/** Words that a module of JavaScript cannot declare, or should not, and all that one of ours imports. */
const JAVASCRIPT_WORDS = wordsOf(
  `arguments await boolean break case catch class const continue debugger default delete do else enum eval export
  extends false finally for function if implements import in instanceof interface let new null package private
  protected public return static super switch this throw true try typeof var void while with yield undefined NaN
  Infinity globalThis
  record array bool bytes enumeration flags text f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 SnapshotOf`,
);

/** Words that TypeScript takes as the name of no type. */
const TYPESCRIPT_WORDS = wordsOf(
  `any asserts bigint infer keyof never number object readonly string symbol unique unknown`,
);

/** What a language does not take as a name. */
export type IsWord = (name: string) => boolean;

/** Of C and C++. */
export const isCWord: IsWord = (name) =>
  C_WORDS.has(name) || C_PATTERNS.some((pattern) => pattern.test(name));

/** Of Python. */
export const isPythonWord: IsWord = (name) =>
  PYTHON_WORDS.has(name) || PYTHON_PATTERNS.some((pattern) => pattern.test(name));

/** What Python's enumerations do not take as the name of a value; all other texts they do. */
export const isPythonEnumWord: IsWord = (name) => name === '' || name === 'mro' || /^_.+_$/.test(name);

/** Of JavaScript, as the name of a constant. */
export const isJavaScriptWord: IsWord = (name) => JAVASCRIPT_WORDS.has(name);

/** Of TypeScript, as the name of a constant and of a type. */
export const isTypeScriptWord: IsWord = (name) => isJavaScriptWord(name) || TYPESCRIPT_WORDS.has(name);

/** What `record` does not take as the name of a field or of a record. */
export const isRecordWord: IsWord = (name) => name in Object.prototype;
