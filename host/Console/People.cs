using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole;

/// <summary>Names of people by user name, in the language of the reader.</summary>
internal sealed class People(Database database)
{
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(CancellationToken cancellationToken)
    {
        var users = await database.ReadAsync((db, token) => db.Users.Select(user => new { user.UserName, user.DisplayName, user.DisplayNameEnglish }).ToListAsync(token), cancellationToken);
        return users.ToDictionary(user => user.UserName, user => Texts.IsChinese ? user.DisplayName : user.DisplayNameEnglish ?? user.DisplayName);
    }
}
