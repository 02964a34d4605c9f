using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Host.Storage;

/// <summary>
/// Encrypts personal data at rest (AES-256-GCM; NIST SP 800-38D) and derives look-up hashes (HMAC-SHA-256). Data keys are random, wrapped by the
/// master key and kept in <c>data_keys</c>; the master key never touches the database. Thread-safe after <see cref="OpenAsync"/>.
/// </summary>
public sealed class PersonalData(Database database, MasterKey master, TimeProvider clock)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private Dictionary<int, byte[]> dataKeys = [];
    private int current;
    private byte[] lookupKey = [];

    /// <summary>The key that draws the global holdout.</summary>
    internal byte[] HoldoutKey { get; private set; } = [];

    /// <summary>Loads the data keys, making the first on an empty database.</summary>
    /// <exception cref="InvalidOperationException">The master key is not the one this database was made with.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var rows = await database.WriteAsync(
            async (tx, token) =>
            {
                var known = await tx.Db.Set<DataKey>().OrderBy(row => row.Id).ToListAsync(token);
                // A database made by an earlier version lacks the newer purposes. Nodes open it one after the other.
                var made = Enum.GetValues<DataKeyPurpose>().Where(purpose => known.All(row => row.Purpose != purpose))
                    .Select((purpose, i) => New(known.Count + i + 1, purpose)).ToList();
                tx.Db.AddRange(made);
                return known.Concat(made).ToList();
            },
            cancellationToken);
        dataKeys = rows.Where(row => row.Purpose == DataKeyPurpose.Encryption).ToDictionary(row => row.Id, Unwrap);
        current = dataKeys.Keys.Max();
        lookupKey = Unwrap(rows.Last(row => row.Purpose == DataKeyPurpose.Lookup));
        HoldoutKey = Unwrap(rows.Single(row => row.Purpose == DataKeyPurpose.Holdout));
    }

    /// <param name="place">Row and column the value belongs to, as associated data: a value moved elsewhere no longer opens.</param>
    public string? Protect(string? plain, string place)
    {
        if (plain is null)
            return null;
        var text = Encoding.UTF8.GetBytes(plain);
        return $"{current}.{Convert.ToBase64String(Seal(dataKeys[current], text, Encoding.UTF8.GetBytes(place)))}";
    }

    /// <exception cref="CryptographicException">The value was altered or belongs to another place.</exception>
    public string? Unprotect(string? sealedText, string place)
    {
        if (sealedText is null)
            return null;
        var dot = sealedText.IndexOf('.', StringComparison.Ordinal);
        var key = dataKeys[int.Parse(sealedText.AsSpan(0, dot), System.Globalization.CultureInfo.InvariantCulture)];
        return Encoding.UTF8.GetString(Open(key, Convert.FromBase64String(sealedText[(dot + 1)..]), Encoding.UTF8.GetBytes(place)));
    }

    /// <summary>A stable hash for equality look-up and uniqueness; useless without the key. <paramref name="kind"/> keeps kinds apart.</summary>
    public string Lookup(string kind, string normalised) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(lookupKey, Encoding.UTF8.GetBytes($"{kind}\0{normalised}")));

    /// <summary>Wraps a data key with another master key; what it encrypts stays as it is.</summary>
    internal static string Rewrap(DataKey row, MasterKey from, MasterKey to) => Convert.ToBase64String(Seal(to.Bytes, Unwrap(from, row), WrapPlace(row.Id)));

    private DataKey New(int id, DataKeyPurpose purpose) => new()
    {
        Id = id,
        Purpose = purpose,
        Wrapped = Convert.ToBase64String(Seal(master.Bytes, RandomNumberGenerator.GetBytes(32), WrapPlace(id))),
        CreatedAt = clock.GetUtcNow(),
    };

    private byte[] Unwrap(DataKey row) => Unwrap(master, row);

    private static byte[] Unwrap(MasterKey master, DataKey row)
    {
        try
        {
            return Open(master.Bytes, Convert.FromBase64String(row.Wrapped), WrapPlace(row.Id));
        }
        catch (CryptographicException exception)
        {
            throw new InvalidOperationException("The master key does not open this database's data keys. Restore the key file or variable it was made with.", exception);
        }
    }

    private static byte[] WrapPlace(int id) => Encoding.UTF8.GetBytes($"data_keys:{id}");

    internal static byte[] Seal(byte[] key, byte[] plain, byte[] associated)
    {
        var output = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(output.AsSpan(0, NonceBytes));
        CipherOf(key).Encrypt(output.AsSpan(0, NonceBytes), plain, output.AsSpan(NonceBytes + TagBytes), output.AsSpan(NonceBytes, TagBytes), associated);
        return output;
    }

    internal static byte[] Open(byte[] key, byte[] box, byte[] associated)
    {
        if (box.Length < NonceBytes + TagBytes)
            throw new CryptographicException("The protected value is cut short.");
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        CipherOf(key).Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain, associated);
        return plain;
    }

    // Setting a cipher up costs many times what using it does, and it is not safe for several threads: each keeps its last.
    private static AesGcm CipherOf(byte[] key)
    {
        if (lastCipher is { } last && ReferenceEquals(last.Key, key))
            return last.Cipher;
        lastCipher?.Cipher.Dispose();
        var cipher = new AesGcm(key, TagBytes);
        lastCipher = (key, cipher);
        return cipher;
    }

    [ThreadStatic]
    private static (byte[] Key, AesGcm Cipher)? lastCipher;
}
