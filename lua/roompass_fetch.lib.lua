-- One document by HTTP. Whatever the other side does, it costs at most so much time and memory.

local http = require "net.http";
local absolute_url = require "socket.url".absolute;
local timer = require "util.timer"; -- the module's own end with it, and others may wait for the answer

local max_seconds = 60; -- of a whole answer
local max_redirects = 3;
local max_head = 64 * 1024; -- what Prosody keeps of a body before it hands it on, piece by piece
local max_piece = 8 * 1024 * 1024; -- of a chunked body
local max_read = 64 * 1024; -- of a connection, before the server may go on
local again = 5; -- seconds

local redirects = { [301] = true, [302] = true, [303] = true, [307] = true, [308] = true };

-- For people: without credentials, and without a query, which may hold some.
local function shown(url)
	if not url:find("^https?://") then return url; end
	return (url:gsub("//[^/@]*@", "//"):gsub("[?#].*$", ""));
end

local function max_age(headers)
	local control = headers["cache-control"];
	return control and tonumber(control:lower():match("max%-age=(%d+)"));
end

-- Returns where to go next, or nil and a sentence.
local function next_place(url, location)
	local place = location and absolute_url(url, location);
	if not place or not place:find("^https?://") then return nil, "it leads nowhere"; end
	if url:find("^https:") and not place:find("^https:") then return nil, "it leads from https to http"; end
	return place;
end

local function answer_of(document, body, code, response)
	local headers = response.headers or {};
	if code == 304 then return { etag = headers.etag, max_age = max_age(headers), unchanged = true }; end
	if code ~= 200 then return nil, ("the answer is %s"):format(code); end
	if body and body ~= "" and document:length() == 0 and not document:write(body) then return nil, "the answer is too long"; end
	return { document = document, etag = headers.etag, max_age = max_age(headers) };
end

-- Prosody calls back once, or never if the other side ends its answer early. Until there is a connection nothing can
-- be hung up; so that is tried until there is one, or none.
local function limited(ended)
	local state = {};
	local function hang_up()
		if state.request and state.request.conn then http.destroy_request(state.request); state.called = true; end
		if not state.called then return again; end
	end
	function state.finish(...)
		if state.over then return; end
		state.over = true;
		timer.stop(state.timer);
		if hang_up() then timer.add_task(again, hang_up); end
		ended(...);
	end
	state.timer = timer.add_task(max_seconds, function () state.finish(nil, ("it took more than %d s"):format(max_seconds)); end);
	return state;
end

local function sink_for(document, state)
	return { write = function (_, piece)
		if state.over then return false; end
		if document:write(piece) then return true; end
		state.finish(nil, "the answer is too long");
		return false;
	end };
end

-- Prosody reads all that is there in one go, and of a fast server that may be the whole 50 MB: a long pause, and a piece
-- longer than we take. The connection comes later than the request, and nobody tells when.
local function read_in_pieces(request)
	setmetatable(request, { __newindex = function (_, name, value)
		rawset(request, name, value);
		if name == "conn" and value and value.set_mode then value:set_mode(max_read); end
	end });
end

-- Calls `ended` once, with { document, etag, max_age } or { unchanged, … }, or with nil and a sentence.
local get;
function get(url, etag, new_document, ended, hops)
	local document = new_document();
	local state = limited(ended);
	local function called(body, code, response)
		state.called = true;
		if state.over then return; end
		if code == 0 then return state.finish(nil, ("no answer (%s)"):format(tostring(body))); end
		if not redirects[code] then return state.finish(answer_of(document, body, code, response)); end
		if (hops or 0) >= max_redirects then return state.finish(nil, "there are too many redirections"); end
		local place, err = next_place(url, response.headers.location);
		if not place then return state.finish(nil, err); end
		state.over = true;
		timer.stop(state.timer);
		get(place, etag, new_document, ended, (hops or 0) + 1);
	end
	local options = {
		headers = { ["If-None-Match"] = etag };
		streaming_handler = function (response) if response.code == 200 then return sink_for(document, state); end end;
		suppress_errors = true;
		suppress_url = true; -- it may hold credentials, and Prosody logs it
	};
	local ran, request = pcall(http.request, url, options, called);
	if not ran then return state.finish(nil, tostring(request)); end
	if request then
		request.body_size_limit, request.buffer_size_limit = max_head, max_piece;
		read_in_pieces(request);
		state.request = request;
	end
end

return { get = get, shown = shown };
