-- An issuer on the web, as far as Prosody's HTTP client shows it to us.

local hashes = require "util.hashes";

local function new(documents)
	local web = { asked = {}, documents = documents };

	-- url, options of the request, callback of the answer. A document is a text, or a function that answers itself.
	function web.serve(url, options, callback, request)
		table.insert(web.asked, url);
		local document = web.documents[url];
		if not document then return callback("connection refused", 0, request); end
		if type(document) == "function" then return document(options, callback, request); end
		local tag = '"'..hashes.sha256(document, true)..'"';
		local response = { code = 200, headers = { ["cache-control"] = "public, max-age=300", etag = tag } };
		if options.headers["If-None-Match"] == tag then
			response.code = 304;
			return callback("", 304, response, request);
		end
		callback(document, 200, response, request);
	end

	function web.count(url)
		local count = 0;
		for _, asked in ipairs(web.asked) do count = count + (asked == url and 1 or 0); end
		return count;
	end

	return web;
end

return { new = new };
