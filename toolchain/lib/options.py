"""The command line of cargo-build-sbf: the official command's options, as far as they mean something here."""
import re, sys

IGNORED = {"--skip-tools-install": 0, "--no-rustup-override": 0, "--generate-child-script-on-failure": 0, "--dump": 0,
           "--remap-cwd": 0, "--lto": 0, "--debug": 0, "--no-target-dir": 0, "--tools-version": 1, "--sbf-sdk": 1, "--sdk": 1, "--bpf-sdk": 1}


class Opts:
    manifest = out_dir = target_dir = jobs = limit = None
    workspace = verbose = quiet = oz = install_only = force = False
    no_default = all_features = False
    arch, profile, show = "v0", "release", None

    def __init__(self):
        self.features, self.packages, self.cargo, self.extra = [], [], [], []


def note(msg):
    print(f"cargo-build-sbf: {msg}", file=sys.stderr, flush=True)


def die(msg, code=1):
    note("error: " + msg)
    sys.exit(code)


def parse(argv):
    o = Opts()
    if argv and argv[0] in ("build-sbf", "build-bpf"):  # cargo build-sbf
        argv = argv[1:]
    if "--" in argv:
        i = argv.index("--")
        argv, o.extra = argv[:i], argv[i + 1:]
    it = iter(argv)
    for a in it:
        name, eq, val = a.partition("=")
        if not name.startswith("--"):
            name, val, eq = a, "", ""

        def value():
            if eq:
                return val
            try:
                return next(it)
            except StopIteration:
                die(f"{name} needs a value", 2)

        if name == "--manifest-path": o.manifest = value()
        elif name == "--workspace": o.workspace = True
        elif name in ("-p", "--package"): o.packages.append(value())
        elif name in ("-F", "--features"): o.features.append(value())
        elif name == "--all-features": o.all_features = True
        elif name == "--no-default-features": o.no_default = True
        elif name in ("--sbf-out-dir", "--bpf-out-dir"): o.out_dir = value()
        elif name == "--target-dir": o.target_dir = value()
        elif name == "--optimize-size": o.oz = True
        elif name in ("-j", "--jobs"): o.jobs = value()
        elif re.fullmatch(r"-j\d+", a): o.jobs = a[2:]
        elif name in ("--offline", "--locked", "--frozen"): o.cargo.append(name)
        elif a in ("-v", "-vv", "--verbose"): o.verbose = True
        elif a in ("-q", "--quiet"): o.quiet = True
        elif name == "--profile": o.profile = value()
        elif name == "--check-frames": o.limit = int(value())
        elif name == "--install-only": o.install_only = True
        elif name == "--force-tools-install": o.force = True
        elif name == "--arch":
            o.arch = value()
            if o.arch not in ("v0", "v3"):
                die(f"--arch {o.arch} is not supported: v0 or v3", 2)
        elif a in ("-h", "--help"):
            o.show = "help"
        elif a in ("-V", "--version"):
            o.show = "version"
        elif name in IGNORED:
            if IGNORED[name] and not eq:
                value()
            note(f"{name} has no meaning here, ignored")
        else:
            die(f"unknown option {a} (arguments for cargo go after --)", 2)
    # a target dir given the official way, among cargo's arguments
    rest, it = [], iter(o.extra)
    for a in it:
        if a == "--target-dir": o.target_dir = next(it, None)
        elif a.startswith("--target-dir="): o.target_dir = a.split("=", 1)[1]
        else: rest.append(a)
    o.extra = rest
    return o
