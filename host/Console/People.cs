using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole;

/// <summary>Names of people by user name, in the language of the reader.</summary>
internal sealed class People(Database database, Texts texts)
{
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(CancellationToken cancellationToken)
    {
        var users = await database.ReadAsync((db, token) => db.Users.Select(user => new { user.UserName, user.DisplayName, user.DisplayNameEnglish }).ToListAsync(token), cancellationToken);
        // What the program did by itself has a name too.
        return new Dictionary<string, string>(users.Select(user => KeyValuePair.Create(user.UserName, Texts.IsChinese ? user.DisplayName : user.DisplayNameEnglish ?? user.DisplayName)))
        {
            [Actor.System.UserName] = texts["people.system"],
        };
    }

    /// <summary>Active people with one of the roles: user name and name.</summary>
    public async Task<IReadOnlyList<(string Value, string Text)>> WithRolesAsync(IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        var users = await database.ReadAsync((db, token) => db.Users.Where(user => !user.IsDisabled).ToListAsync(token), cancellationToken);
        return [.. users.Where(user => user.Roles.Intersect(roles).Any()).Select(user => (user.UserName, Texts.IsChinese ? user.DisplayName : user.DisplayNameEnglish ?? user.DisplayName))];
    }
}
