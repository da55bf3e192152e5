"""A program's keypair in the Solana CLI's format."""
import hashlib, json, os


def write_atomically(path, data):
    tmp = f"{path}.{os.getpid()}.tmp"
    with open(tmp, "wb") as f:
        f.write(data)
    os.replace(tmp, path)


def keypair(path):
    """Makes one up unless the file exists: 64 numbers, the seed and then the public key."""
    if os.path.exists(path):
        return
    seed = os.urandom(32)
    write_atomically(path, json.dumps(list(seed + ed25519_public(seed)), separators=(",", ":")).encode())
    os.chmod(path, 0o600)


def ed25519_public(seed):
    """RFC 8032, in plain Python so that no package is needed. Once per program; it is not constant-time."""
    p = 2**255 - 19
    d = -121665 * pow(121666, p - 2, p) % p
    h = bytearray(hashlib.sha512(seed).digest()[:32])
    h[0] &= 248
    h[31] = h[31] & 127 | 64
    y = 4 * pow(5, p - 2, p) % p
    xx = (y * y - 1) * pow(d * y * y + 1, p - 2, p) % p
    x = pow(xx, (p + 3) // 8, p)
    if (x * x - xx) % p:
        x = x * pow(2, (p - 1) // 4, p) % p
    if x & 1:
        x = p - x

    def add(a, b):
        A, B = (a[1] - a[0]) * (b[1] - b[0]) % p, (a[1] + a[0]) * (b[1] + b[0]) % p
        C, D = 2 * a[3] * b[3] * d % p, 2 * a[2] * b[2] % p
        E, F, G, H = B - A, D - C, D + C, B + A
        return E * F % p, G * H % p, F * G % p, E * H % p

    q, s, n = (0, 1, 1, 0), (x, y, 1, x * y % p), int.from_bytes(h, "little")
    while n:
        if n & 1:
            q = add(q, s)
        s, n = add(s, s), n >> 1
    zi = pow(q[2], p - 2, p)
    return ((q[1] * zi % p) | ((q[0] * zi % p & 1) << 255)).to_bytes(32, "little")
