-- The compiled verifier, and tokens it knows. Without it these specs prove nothing, so they fail.
--
-- The key is the example of RFC 8037 A.1, which everybody has.

local path = os.getenv("ROOMPASS_VERIFIER_SO");
if not path or path == "" then
	error("ROOMPASS_VERIFIER_SO is not set; build the verifier (cargo build -p prosody-verifier) and name its .so there", 0);
end

local open, err = package.loadlib(path, "luaopen_roompass_verifier");
if not open then error("ROOMPASS_VERIFIER_SO does not load: "..tostring(err), 0); end

local rv = open();

local function key_set(x, kid)
	return ('{"keys":[{"kty":"OKP","crv":"Ed25519","x":"%s","kid":"%s","use":"sig","alg":"EdDSA"}]}'):format(x, kid);
end

local header = "eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14IiwidHlwIjoicm9vbStqd3QifQ";

return {
	path = path;
	rv = rv;
	key_set = key_set("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kPrK_qmx");
	-- The same form, and somebody else's key.
	other_key_set = key_set("6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw", "--6IM5l0");
	-- For the room `standup`, from `starts` for an hour.
	starts = 1767225600;
	expires = 1767229200;
	leeway = 60;
	member = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6InN0YW5kdXAiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoiQUFBQUFBQUFBQUEi"
		.."LCJjb250ZXh0Ijp7InVzZXIiOnsibmFtZSI6IkFkYSIsImFmZmlsaWF0aW9uIjoibWVtYmVyIn19fQ"
		..".SESExMWpV2Q2uQkS4-PnAE2mn1vTUqyQ8ESHfxN7viIu4tyGsbc6zE-A9186xEA_sv3COQp3R0Vjk9oz91zFCg";
	owner = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6InN0YW5kdXAiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoiQUFBQUFBQUFBQUEi"
		.."LCJjb250ZXh0Ijp7InVzZXIiOnsibmFtZSI6IkFkYSIsImFmZmlsaWF0aW9uIjoib3duZXIifX19"
		..".hmDF7zdNGROcYa8R8jXbILemVzqOzPRHJV59imXdy5WsHyzjqUc1fpfSMH0wIbH8VSyg4Tv1yGdA3vNEYlIqBA";
	-- For the room `überraum`, the same hour.
	umlaut = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6IiVjMyViY2JlcnJhdW0iLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoiQUFBQUFBQUFB"
		.."QUUiLCJjb250ZXh0Ijp7InVzZXIiOnsibmFtZSI6IkFkYSIsImFmZmlsaWF0aW9uIjoibWVtYmVyIn19fQ"
		..".9DVDe13gH6u4yn3W3ZuiNTeB8OTrDF9OytzZyHBIAvbQeiDBrsMvOS3ii1yEFncsDLX0d06wc5vwOgROb6M7Ag";
	-- For `standup`, one person at a time.
	one_seat = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6InN0YW5kdXAiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoib25lLXNlYXQiLCJjb250"
		.."ZXh0Ijp7InVzZXIiOnsibmFtZSI6IkFkYSIsImFmZmlsaWF0aW9uIjoibWVtYmVyIn19LCJzZWF0cyI6MX0"
		..".Me7rFCC8QJ9tIJJlaY0FXCpvjgH8Fj8mbj_TwrSUM4rLMvEXJeqQ0-o822UgsVusSch9PZIiRUiUh9Ch4Yt7AQ";
	-- For `standup` while it has fewer than two people.
	two_places = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6InN0YW5kdXAiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoidHdvLXBsYWNlcyIsImNv"
		.."bnRleHQiOnsidXNlciI6eyJuYW1lIjoiQWRhIiwiYWZmaWxpYXRpb24iOiJtZW1iZXIifX0sIm1heF9vY2N1cGFudHMiOjJ9"
		..".ZfI0ETSPZ9twmijGuahM6sjoFG4ajf96gSAZnmuY8fATcWvoDLnYZF64xrY4w7ffOlP9njS8_dFB0vKO9hhPAw";
	-- For `standup`, first joins in the first ten minutes.
	join_early = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6InN0YW5kdXAiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoiam9pbi1lYXJseSIsImNv"
		.."bnRleHQiOnsidXNlciI6eyJuYW1lIjoiQWRhIiwiYWZmaWxpYXRpb24iOiJtZW1iZXIifX0sImpvaW5fYnkiOjE3NjcyMjYyMDB9"
		..".RkFmGrTJ3JVDAFbP-NCtn5mG-rPd_ahptL8XgDNV-OIYi5C5Le99W9jPmH5kv5txQ_dmaiFY3R6YCKS7xbSODA";
	-- For `standup`, made of the link of `owner`.
	derived = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6InN0YW5kdXAiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoiZGVyaXZlZCIsImNvbnRl"
		.."eHQiOnsidXNlciI6eyJuYW1lIjoiQm9iIiwiYWZmaWxpYXRpb24iOiJtZW1iZXIifX0sInBhcmVudCI6eyJpYXQiOjE3NjcyMjU2MDAsImp0aSI6IkFBQUFBQUFBQUFBIn19"
		..".YgRx_SP5NLO7F-U-Wef2ODxBn1OyN6e1czz_Gdg-IK_L05YgiGs1Bsf1JUxXktwD257ZYHkL_07HS8mNRfbpCg";
};
