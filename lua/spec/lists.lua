-- Status lists, and tokens that name them, signed with the key of real_verifier.lua. A verifier is to ask again every ten seconds.

local header = "eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14IiwidHlwIjoicm9vbStqd3QifQ";
local list_header = "eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14IiwidHlwIjoic3RhdHVzbGlzdCtqd3QifQ";

return {
	-- Tokens for `standup`, with entry 0 and entry 1 of the list.
	first = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6InN0YW5kdXAiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoiZmlyc3QiLCJzdGF0dXM"
		.."iOnsic3RhdHVzX2xpc3QiOnsiaWR4IjowLCJ1cmkiOiJodHRwczovL2lzc3Vlci5leGFtcGxlL2xpc3RzLzEifX19"
		..".aXYgWq2pb-YNBer-L1EbkBn6sWUmDJZZLuvw8doYprDaP67XforWX6LVpH0i_8Uymlot7z_dgC5jBPl3ctPlCg";
	second = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6InN0YW5kdXAiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoic2Vjb25kIiwic3RhdHV"
		.."zIjp7InN0YXR1c19saXN0Ijp7ImlkeCI6MSwidXJpIjoiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZS9saXN0cy8xIn19fQ"
		..".SCBybhqlGfs6t9CIxqFd4J7WJD8gDj4bvefYe1hq0EXGlLDJ7GbsmstNeeJlu4GCI6SAGEGkNRbNU1TEn5qgDg";
	-- With an entry of a list that is somewhere else.
	elsewhere = header
		..".eyJpc3MiOiJyb29tcGFzcyIsImF1ZCI6ImppdHNpIiwicm9vbSI6InN0YW5kdXAiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMCwianRpIjoiZWxzZXdoZXJlIiwic3R"
		.."hdHVzIjp7InN0YXR1c19saXN0Ijp7ImlkeCI6MCwidXJpIjoiaHR0cHM6Ly9vdGhlci5leGFtcGxlL2xpc3RzLzEifX19"
		..".IoE7uwRayl27xaP9WjwSKcgVJbBcP5lb8HR6BBkNmjb_nf0WCZqYKPurdHYeGXTmjivpL2TTA55asVj6jBmMDA";
	-- Nothing is taken back.
	nothing = list_header
		..".eyJzdWIiOiJodHRwczovL2lzc3Vlci5leGFtcGxlL2xpc3RzLzEiLCJpYXQiOjE3NjcyMjU2MDAsInR0bCI6MTAsInN0YXR1c19saXN0Ijp7ImJpdHMiOjIsImxzdCI6ImVOcGpBQUF"
		.."BQVFBQiJ9fQ"
		..".ByR5u6iw-Rx4kHQY13GQ8X8R-aD4WjoD5pA1DkJ4h6y8-MLvyI1aVjXg7vbiRvh7YrMWOLiuxROMUdG0po71CQ";
	-- A minute later, entry 1 is.
	taken_back = list_header
		..".eyJzdWIiOiJodHRwczovL2lzc3Vlci5leGFtcGxlL2xpc3RzLzEiLCJpYXQiOjE3NjcyMjU2NjAsInR0bCI6MTAsInN0YXR1c19saXN0Ijp7ImJpdHMiOjIsImxzdCI6ImVOcGpBUUF"
		.."BQlFBRiJ9fQ"
		..".TSafDPKAMyDSAwR5L3KpVcH1UsHKQ9-awrGho_eaYkuIp6mcqEtmdZv626OlTf8CQKi6PuGeyezZEHeTkwarCg";
	-- The same, signed again an hour later.
	renewed = list_header
		..".eyJzdWIiOiJodHRwczovL2lzc3Vlci5leGFtcGxlL2xpc3RzLzEiLCJpYXQiOjE3NjcyMjkyMDAsInR0bCI6MTAsInN0YXR1c19saXN0Ijp7ImJpdHMiOjIsImxzdCI6ImVOcGpBUUF"
		.."BQlFBRiJ9fQ"
		..".cwapPOUgJ4qABI-osrXVHONCnqoFKkAa4YOhuTC-zr4sVL1RibYFBp8vR0vGz0CE8xiFHTO5OCOeYkCz4Il2Aw";
	-- Good for two minutes.
	short = list_header
		..".eyJzdWIiOiJodHRwczovL2lzc3Vlci5leGFtcGxlL2xpc3RzLzEiLCJpYXQiOjE3NjcyMjU2MDAsInR0bCI6MTAsInN0YXR1c19saXN0Ijp7ImJpdHMiOjIsImxzdCI6ImVOcGpBUUF"
		.."BQlFBRiJ9LCJleHAiOjE3NjcyMjU3MjB9"
		..".bORxrHJuXl9GwWJVuRRisK6qRIGLBD4YqpUsB9QCCWINMSH0RoZ13OrqqPbYMDa2oKAq5u3l7d4lUvgbw-TJAA";
	-- Entry 0 is taken back, by somebody else in our name.
	forged = list_header
		..".eyJzdWIiOiJodHRwczovL2lzc3Vlci5leGFtcGxlL2xpc3RzLzEiLCJpYXQiOjE3NjcyMjU2OTAsInR0bCI6MTAsInN0YXR1c19saXN0Ijp7ImJpdHMiOjIsImxzdCI6ImVOcGpCQUF"
		.."BQWdBQyJ9fQ"
		..".BgADV67rkS548mvLZjCEjXRITgEh4CZvbuOljaR6KuJ69m6GxHBP_Iww2L_Mz_6qbQbH08S8PXQKmxVWPHAUBg";
};
